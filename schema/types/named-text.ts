import { builder } from '../builder.js';

interface NamedText {
  readonly name: string;
  readonly value: string;
}

export const NamedTextRef = builder.objectRef<NamedText>('NamedText').implement({
  description: 'A label or an annotation.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    value: t.exposeString('value', { description: 'Its text.' }),
  }),
});

export function namedTexts(texts: Readonly<Record<string, string>>): readonly NamedText[] {
  return Object.entries(texts).map(([name, value]) => ({ name, value }));
}
