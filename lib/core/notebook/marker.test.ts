import { describe, expect, it } from 'vitest';
import { markerOutput, readLost, readMarker, sayMarker, withLost, type Marker } from './marker.ts';

const markers: Marker[] = [
  { kind: 'gap', messages: 3, cause: 'connection' },
  { kind: 'gap', messages: null, cause: 'server' },
  {
    kind: 'limited',
    setting: '--ZMQChannelsWebsocketConnection.limit_rate=False',
    limit: '1000 (msgs/sec)',
    messages: 12,
  },
  { kind: 'refused', bytes: 300 * 1024 * 1024, mostBytes: 256 * 1024 * 1024 },
  { kind: 'truncated', keptBytes: 10 * 1024 * 1024, allBytes: 1024 ** 3, whole: 'ab', around: true },
  { kind: 'value', mime: 'image/png', bytes: 20 * 1024 * 1024, why: 'gone' },
  { kind: 'metadata', bytes: 3 * 1024 * 1024, mostBytes: 1024 * 1024 },
];

describe('markers', () => {
  it.each(markers)('come back from their output: $kind', (marker) => {
    const output = markerOutput(marker);
    expect(readMarker(JSON.parse(JSON.stringify(output)))).toEqual(marker);
    expect(output.data['text/plain']).toContain(sayMarker(marker).title);
  });

  it('of forms that an output is shown without go with it, and leave its own metadata alone', () => {
    const output = {
      output_type: 'display_data' as const,
      data: { 'text/plain': 'x' },
      metadata: { width: 3, farfield: { theme: 'dark' } },
    };
    const told = withLost(output, markers);
    expect(readLost(JSON.parse(JSON.stringify(told)))).toEqual(markers);
    expect(told).toMatchObject(output);
    expect([readMarker(told), readLost(output), withLost(output, [])]).toEqual([null, [], output]);
  });

  it('count what is missing in words', () => {
    expect(sayMarker({ kind: 'gap', messages: 1, cause: 'server' }).title).toBe(
      '1 message of the kernel is missing here: this server was not running.',
    );
    expect(sayMarker({ kind: 'gap', messages: null, cause: 'kernel' }).title).toBe(
      'Output may be missing here: the kernel ended before they arrived.',
    );
  });

  it.each([
    ['no metadata of ours', { output_type: 'display_data', data: {}, metadata: {} }],
    ['a kind to come', { output_type: 'display_data', data: {}, metadata: { farfield: { marker: { kind: 'x' } } } }],
    ['another output', { output_type: 'stream', name: 'stdout', text: '' }],
  ] as const)('are not seen in %s', (_, output) => {
    expect(readMarker(output)).toBeNull();
  });
});
