'use client';
import { useMemo } from 'react';
import { SafeHtml } from '#components/output/safe-html.tsx';
import type { MimeBundle } from '#lib/core/notebook/output.ts';
import { renderOutput, type RenderedOutput } from '#lib/core/render/output.ts';

export type HelpTextProps = { readonly rendered: RenderedOutput | null };

/** What a kernel says about a name, made safe. */
export function HelpText({ rendered }: HelpTextProps) {
  const shown = rendered?.kind === 'frame' ? rendered.fallback : rendered;
  if (shown?.kind !== 'html') return <p>The kernel sent nothing that can be shown here.</p>;
  return (
    <SafeHtml as={shown.className === 'output-text' ? 'pre' : 'div'} html={shown.html} className={shown.className} />
  );
}

/** Plain text with its colours before any richer form: help is read, and often it is all there is. */
export function useRenderedHelp(data: MimeBundle): RenderedOutput | null {
  return useMemo(() => {
    const plain = data['text/plain'];
    const bundle = typeof plain === 'string' ? { 'text/plain': plain } : data;
    return renderOutput({ output_type: 'display_data', data: bundle, metadata: {} }, { expanded: true });
  }, [data]);
}

/** The text without colours, to be copied; null where there is none. */
export function textOf(rendered: RenderedOutput | null): string | null {
  return rendered?.kind === 'html' ? (rendered.text ?? null) : null;
}
