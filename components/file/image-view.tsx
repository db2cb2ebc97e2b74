'use client';
import { useEffect, useState, type ReactNode } from 'react';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { readFileBytes } from '#lib/client/file-bytes.ts';
import { isFault } from '#lib/core/fault.ts';
import { Notice } from '#components/ui/notice.tsx';
import { FileHeader } from './file-header.tsx';
import styles from './image-view.module.css';
import { ModeSwitch } from './mode-switch.tsx';
import { endingOf } from './open-file.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';

export type ImageViewProps = { readonly path: string; readonly size: number; readonly switches: ReactNode };

/** Larger drawings are not loaded as one, bytes. */
const largestDrawing = 16 * 1024 * 1024;

/** An image on a checkerboard, fitted or in its own pixels. A drawing is an image too: nothing in it runs. */
export function ImageView({ path, size, switches }: ImageViewProps) {
  const address = useAddress(path, size);
  const [mode, setMode] = useState<'fit' | 'actual'>('fit');
  const [pixels, setPixels] = useState<{ readonly width: number; readonly height: number } | null>(null);
  const [failed, setFailed] = useState(false);
  return (
    <>
      <FileHeader
        path={path}
        detail={[pixels === null ? null : `${pixels.width} × ${pixels.height}`, sayBytes(size)]
          .filter(Boolean)
          .join(' · ')}
        tools={
          <>
            {switches}
            <ModeSwitch
              modes={[
                ['fit', 'Fit'],
                ['actual', 'Actual size'],
              ]}
              mode={mode}
              onMode={setMode}
            />
          </>
        }
      />
      {failed ? (
        <div className={styles.note}>
          <Notice kind="error" hint="Download it to look at it elsewhere.">
            The browser cannot show this image.
          </Notice>
        </div>
      ) : null}
      <div className={styles.stage} data-mode={mode} tabIndex={0} role="region" aria-label="Image">
        {address === null ? null : (
          <img
            className={styles.image}
            src={address}
            alt={path}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
              setPixels({ width: naturalWidth, height: naturalHeight })
            }
            onError={() => setFailed(true)}
          />
        )}
      </div>
    </>
  );
}

/** The server sends every file as mere bytes, from which browsers show pixels but no drawing: that one gets its type here. */
function useAddress(path: string, size: number): string | null {
  const drawing = endingOf(path) === 'svg' && size <= largestDrawing;
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!drawing) return;
    let made: string | null = null;
    let left = false;
    void readFileBytes(path).then((file) => {
      if (left || isFault(file)) return;
      made = URL.createObjectURL(new Blob([file.bytes], { type: 'image/svg+xml' }));
      setAddress(made);
    });
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [path, drawing]);
  return drawing ? address : apiUrl('readFile', { query: { path } });
}
