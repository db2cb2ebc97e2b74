import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { headers } from 'next/headers';
import './fonts.css';
import 'katex/dist/katex.min.css';
import '#components/ui/tokens.css';
import '#components/ui/base.css';
import { themeScript } from '#components/shell/theme-script.ts';

// Every page carries the nonce of its own request: a page rendered beforehand has none, and its scripts would not run.
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: 'Farfield', template: '%s · Farfield' },
  description: 'Notebooks near, kernels far.',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { colorScheme: 'light dark', width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? '';
  return (
    // The script below sets data-theme before React looks at the page; browsers hide the nonce from scripts.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning>
          {themeScript}
        </script>
      </head>
      <body>
        <div className="page-root">{children}</div>
      </body>
    </html>
  );
}
