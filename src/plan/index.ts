export { planRun, type PlanInput } from './plan-run.js';
export { planToJson } from './plan-to-json.js';
