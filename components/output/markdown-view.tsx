'use client';

import { memo, useMemo } from 'react';
import type { JsonObject } from '#lib/core/json.ts';
import { renderMarkdown } from '#lib/core/render/markdown.ts';
import './output.css';
import { SafeHtml } from './safe-html.tsx';
import { useTypesetter, useWaitingMath } from './use-typesetter.ts';

type MarkdownViewProps = {
  readonly source: string;
  readonly attachments?: JsonObject | undefined;
  /** Workspace-relative address → address to load, or null. Keep the function stable between renders. */
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** A rendered Markdown cell. */
export const MarkdownView = memo(function MarkdownView({ source, attachments, resolveUrl }: MarkdownViewProps) {
  const typesetter = useTypesetter();
  const html = useMemo(
    () => renderMarkdown(source, { attachments, resolveUrl }),
    // oxlint-disable-next-line react/exhaustive-deps -- the renderer asks for the typesetter by itself
    [source, attachments, resolveUrl, typesetter],
  );
  useWaitingMath(html);
  return <SafeHtml html={html} className="output-markdown" />;
});
