export type { PlanInput } from './plan-input.js';
export { planRun } from './plan-run.js';
export { planToJson } from './plan-to-json.js';
