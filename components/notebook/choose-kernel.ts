import type { JsonObject } from '#lib/core/json.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';

export type KernelSpec = ComputePlace['kernelspecs'][number];

/**
 * Which kernel of a place a notebook starts when nobody chose one: the one it names, else one of its language (the
 * default first), else the default. Null when the place has none that could run it: then a person has to choose.
 */
export function chooseKernel(specs: readonly KernelSpec[], metadata: JsonObject): KernelSpec | null {
  const kernelspec = object(metadata['kernelspec']);
  const wanted = text(kernelspec['name']);
  const named = specs.find((spec) => spec.name === wanted);
  const language = (text(object(metadata['language_info'])['name']) || text(kernelspec['language'])).toLowerCase();
  if (named !== undefined && (language === '' || named.language.toLowerCase() === language)) return named;
  const preferred = specs.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault));
  if (language !== '') return preferred.find((spec) => spec.language.toLowerCase() === language) ?? null;
  return preferred[0] ?? null;
}

const object = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
