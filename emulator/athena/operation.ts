import { checkInput, type Structure } from './input-shape.js';

/** One call of the API: the answer to an input that nobody has checked yet. */
export type Operation = (input: Readonly<Record<string, unknown>>) => Promise<object>;

export type Operations = Readonly<Record<string, Operation>>;

/** Returns an operation that checks its input against `shape`, which stands for the type `Input`, before it runs. */
// The type names what `shape` has checked: nothing else can say it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function operation<Input>(
  shape: Structure,
  run: (input: Input) => object | Promise<object>,
): Operation {
  return async (input) => {
    checkInput(shape, input);
    return run(input as Input);
  };
}
