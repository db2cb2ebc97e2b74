'use client';
import { Component, type ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';

export type DocumentBoundaryProps = { readonly children: ReactNode };

type State = { readonly error: Error | null };

/** A document that fails takes nothing else along: its pane says so. React knows such a boundary only as a class. */
export class DocumentBoundary extends Component<DocumentBoundaryProps, State> {
  override readonly state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div role="alert">
        <EmptyState
          icon={TriangleAlert}
          title="This document cannot be shown"
          actions={
            <Button look="primary" onClick={() => this.setState({ error: null })}>
              Try again
            </Button>
          }
        >
          It is a fault of Farfield, not of your file: what you typed was kept. The cause: {error.message}
        </EmptyState>
      </div>
    );
  }
}
