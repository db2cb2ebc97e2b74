'use client';

import { memo, useMemo } from 'react';
import type { JsonObject } from '#lib/core/json.ts';
import { renderMarkdown } from '#lib/core/render/markdown.ts';
import './output.css';
import { SafeHtml } from './safe-html.tsx';

type MarkdownViewProps = {
  readonly source: string;
  readonly attachments?: JsonObject | undefined;
  /** Workspace-relative address → address to load, or null. Keep the function stable between renders. */
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** A rendered Markdown cell. */
export const MarkdownView = memo(function MarkdownView({ source, attachments, resolveUrl }: MarkdownViewProps) {
  const html = useMemo(() => renderMarkdown(source, { attachments, resolveUrl }), [source, attachments, resolveUrl]);
  return <SafeHtml html={html} className="output-markdown" />;
});
