export { executePlan, type ExecuteOptions } from './execute-plan.js';
export type { ExpectedMs } from './schedule.js';
