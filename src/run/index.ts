export { executePlan, type ExecuteOptions } from './execute-plan.js';
