'use client';
import { useEffect, useRef, useState } from 'react';
import type { Hour } from '#lib/core/resource/hour.ts';
import type { Curve, UplotChart } from './uplot-chart.ts';
import styles from './resource-panel.module.css';

export type ResourceChartProps = {
  readonly title: string;
  /** The newest value of what it shows, in words. */
  readonly words: string;
  readonly hour: Hour;
  /** When the hour last grew. ms since 1970 */
  readonly at: number | null;
  /** Keep it stable between renders. */
  readonly curves: readonly Curve[];
  readonly say: (value: number) => string;
};

/** One figure: its newest value in words, and below it the curve of an hour. */
export function ResourceChart({ title, words, hour, at, curves, say }: ResourceChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<UplotChart | null>(null);
  useEffect(() => {
    let made: UplotChart | null = null;
    let left = false;
    void import('./uplot-chart.ts').then(({ UplotChart: Chart }) => {
      if (left || place.current === null) return;
      made = new Chart(place.current, curves, say);
      setChart(made);
    });
    return () => {
      left = true;
      made?.dispose();
      setChart(null);
    };
  }, [curves, say]);
  useEffect(() => {
    chart?.show(
      hour.read(
        curves.map(({ name }) => name),
        Date.now(),
      ),
      Date.now(),
    );
  }, [chart, hour, at, curves]);
  return (
    <figure className={styles.figure} data-resource-chart={title}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        <span className={styles.value}>{words}</span>
      </figcaption>
      <div ref={place} className={styles.chart} aria-hidden />
    </figure>
  );
}
