import type { Logger } from '../../core/index.js';

/** A logger that leaves out errors which tell what is told already: lines with the text that `told` gives. */
export function quietLogger(logger: Logger, told: () => string | null): Logger {
  const error: Logger['error'] = (message, fields) => {
    const text = told();
    if (text === null || !message.includes(text)) logger.error(message, fields);
  };
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error,
    child: (fields) => quietLogger(logger.child(fields), told),
  };
}
