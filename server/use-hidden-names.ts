import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** A message without what was probably meant. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .+\?/g, '');
}

/** Keeps validation from telling names of the schema to those who guess. */
export function useHiddenSuggestions(): Plugin {
  return {
    onValidate() {
      return ({ result }) => {
        for (const error of result) {
          if (error instanceof GraphQLError) error.message = withoutSuggestion(error.message);
        }
      };
    },
  };
}

/** Hides the schema. The published plugin for this knows HTTP requests only, not WebSockets. */
export function useHiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}
