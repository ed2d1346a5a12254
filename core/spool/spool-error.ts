import { errorText } from '../error-text.js';

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than this process may write',
  EACCES: 'the folder may not be written to',
  EPERM: 'the folder may not be written to',
  EROFS: 'the disk may only be read',
  ENOTDIR: 'a file stands where the folder should be',
  EEXIST: 'a file stands where the folder should be',
  EIO: 'the disk does not work',
  EMFILE: 'this process has too many files open',
};

/** What to tell an operator of a disk that does not serve: the cause in words, and what the system said. */
export function spoolProblem(folder: string, error: unknown): string {
  const cause = CAUSES[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return `${folder}: ${cause === undefined ? '' : `${cause}: `}${errorText(error)}`;
}
