export { CompiledExecutor } from './compiled/compiled-executor.js';
export type { Waiting } from './compiled/execution.js';
export { inOneText, type TextResult } from './compiled/text-result.js';
export {
  type CapacityOptions,
  type ContextOptions,
  createContext,
  type Exposure,
  type SchemaContext,
  type Scope,
  standingDemand,
} from './context.js';
export { ERROR_CODES, type SchemaErrorCode } from './errors.js';
export { LIMITS } from './limits.js';
export { buildSchema, type SchemaOptions } from './schema.js';
