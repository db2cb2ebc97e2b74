import type { Measure } from './bench-run.ts';

/** Row `people`: 20 people who type into one notebook. JupyterLab has no such thing with its default settings. */
export const measurePeople: Measure = async () => {};
