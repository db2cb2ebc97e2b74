'use client';
import { useRef, useState, type FormEvent, type RefObject } from 'react';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import type { GatewayAnswer } from '#lib/protocol/http/gateways.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { HintText } from './fault-text.tsx';
import styles from './gateway-form.module.css';
import { places } from './places-store.ts';

export type GatewayFormProps = {
  readonly open: boolean;
  readonly onClose: () => void;
};

type Result =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly words: string }
  | { readonly kind: 'answers'; readonly answer: GatewayAnswer }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Adds a Jupyter Server by URL and token. It is tested before it is kept; the token never comes back to a browser. */
export function GatewayForm({ open, onClose }: GatewayFormProps) {
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Add a gateway"
      description="Any Jupyter Server that this machine can reach. Its address and token stay on this machine, sealed."
      size="narrow"
      initialFocus={first}
    >
      <Fields onClose={onClose} first={first} />
    </Dialog>
  );
}

type FieldsProps = { readonly onClose: () => void; readonly first: RefObject<HTMLInputElement | null> };

function Fields({ onClose, first }: FieldsProps) {
  const [url, setUrl] = useState('');
  const [token, setToken] = useState('');
  const [label, setLabel] = useState('');
  const [result, setResult] = useState<Result>({ kind: 'none' });
  const busy = result.kind === 'asking';
  const body = {
    url: url.trim(),
    ...(token === '' ? {} : { token }),
    ...(label.trim() === '' ? {} : { label: label.trim() }),
  };

  const check = async () => {
    setResult({ kind: 'asking', words: `Asking ${hostOf(body.url)}…` });
    const answer = await callApi('checkGateway', { body });
    setResult(isFault(answer) ? { kind: 'fault', fault: answer } : { kind: 'answers', answer });
  };
  const add = async () => {
    setResult({ kind: 'asking', words: `Testing ${hostOf(body.url)} before it is kept…` });
    const answer = await callApi('addGateway', { body });
    if (isFault(answer)) return setResult({ kind: 'fault', fault: answer });
    showToast({ title: `“${answer.label}” is added` });
    void places.load();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body.url !== '' && !busy) void add();
  };
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value);
    if (result.kind !== 'asking') setResult({ kind: 'none' });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label="URL"
        value={url}
        onChange={edit(setUrl)}
        placeholder="https://host:8888/"
        description="A link with ?token=… may be pasted whole."
        required
        mono
        inputRef={first}
      />
      <TextField label="Token" type="password" value={token} onChange={edit(setToken)} autoComplete="off" mono />
      <TextField label="Name" value={label} onChange={edit(setLabel)} placeholder="The host, if left empty" />
      <ResultNotice result={result} />
      <div className={styles.buttons}>
        <Button onClick={() => void check()} disabled={busy || body.url === ''}>
          Check
        </Button>
        <Button type="submit" look="primary" disabled={busy || body.url === ''}>
          Add
        </Button>
      </div>
    </form>
  );
}

function ResultNotice({ result }: { readonly result: Result }) {
  switch (result.kind) {
    case 'none':
      return null;
    case 'asking':
      return <Notice kind="info">{result.words}</Notice>;
    case 'answers':
      return <Notice kind="ok">{answerWords(result.answer)}</Notice>;
    case 'fault':
      return (
        <Notice kind="error" hint={result.fault.hint ? <HintText hint={result.fault.hint} /> : undefined}>
          {result.fault.message}
        </Notice>
      );
  }
}

function answerWords({ kind, version, distanceMs, kernelspecs }: GatewayAnswer): string {
  const offers =
    kernelspecs === null
      ? 'its server for you does not run yet'
      : `offers ${kernelspecs === 1 ? 'one kernel' : `${kernelspecs} kernels`}`;
  return `${gatewayManifests[kind].label} ${version} answers in ${Math.max(1, Math.round(distanceMs))} ms and ${offers}.`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host || 'the server';
}
