/** The frame shows the start page by itself: it stands in every pane without a document. */
export default function HomePage() {
  return null;
}
