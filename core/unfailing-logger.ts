import type { Logger } from './logger.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * A logger of the application's whose throws reach nobody: lines are written from timers and from listeners on the SFU, where
 * a throw would end the process or silence the application's own listeners.
 */
export function unfailingLogger(logger: Logger): Logger {
  const write =
    (level: Level): Logger[Level] =>
    (message, fields) => {
      try {
        logger[level](message, fields);
      } catch {
        // There is nowhere left to say so.
      }
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => {
      try {
        return unfailingLogger(logger.child(fields));
      } catch {
        return unfailingLogger(logger);
      }
    },
  };
}
