import { describe, expect, it } from 'vitest';
import { chooseKernel } from './choose-kernel.ts';

const spec = (name: string, language: string, isDefault = false) => ({ name, displayName: name, language, isDefault });
const offered = [spec('conda-py', 'python'), spec('python3', 'python', true), spec('ir', 'R')];

describe('chooseKernel', () => {
  it.each([
    ['the one it names', { kernelspec: { name: 'ir' } }, 'ir'],
    [
      'the one it names, of the right language',
      { kernelspec: { name: 'conda-py' }, language_info: { name: 'python' } },
      'conda-py',
    ],
    [
      'the default of its language when the name is not offered',
      { kernelspec: { name: 'venv', language: 'python' } },
      'python3',
    ],
    [
      'its language where a name means something else here',
      { kernelspec: { name: 'python3' }, language_info: { name: 'R' } },
      'ir',
    ],
    ['the default for a notebook that says nothing', {}, 'python3'],
    ['none when its language is not offered', { language_info: { name: 'julia' } }, undefined],
    ['the default when its metadata is nonsense', { kernelspec: 7, language_info: ['x'] }, 'python3'],
  ])('%s', (_, metadata, name) => {
    expect(chooseKernel(offered, metadata)?.name).toBe(name);
  });

  it('finds none where nothing is offered', () => {
    expect(chooseKernel([], {})).toBeNull();
  });
});
