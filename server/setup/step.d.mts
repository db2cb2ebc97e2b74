export class SetupError extends Error {
  constructor(message: string, hint: string, output?: string);
  readonly hint: string;
  readonly output: string;
}
