const REQUIRED_MAJOR = 20;
const REQUIRED_MINOR = 19;

/**
 * Says what is wrong with a version of Node, or undefined if it will do.
 *
 * @param {string} version For example 20.19.0
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > REQUIRED_MAJOR || (major === REQUIRED_MAJOR && minor >= REQUIRED_MINOR)) return undefined;
  const required = `${REQUIRED_MAJOR}.${REQUIRED_MINOR}`;
  return `Node ${version} is too old, ${required} or newer is needed: install it from https://nodejs.org, then run again`;
}
