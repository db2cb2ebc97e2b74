import { CircleSlash, FileX, Gauge, Scissors, Unplug, type LucideIcon } from 'lucide-react';
import { type Marker, sayMarker } from '#lib/core/notebook/marker.ts';
import styles from './output.module.css';

type MarkerViewProps = { readonly marker: Marker };

const icons: Readonly<Record<Marker['kind'], LucideIcon>> = {
  gap: Unplug,
  limited: Gauge,
  refused: CircleSlash,
  truncated: Scissors,
  value: FileX,
  metadata: FileX,
};

/** What is missing among the outputs, said by Farfield: unlike anything that a kernel writes. */
export function MarkerView({ marker }: MarkerViewProps) {
  const { title, next } = sayMarker(marker);
  const Icon = icons[marker.kind];
  return (
    <div className={styles.marker} data-output="marker" data-marker={marker.kind} role="note">
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      <p>
        {title}
        {next === null ? null : <span>{` ${next}`}</span>}
      </p>
    </div>
  );
}
