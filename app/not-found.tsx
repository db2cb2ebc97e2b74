import { MessagePage } from '#components/shell/message-page.tsx';

export default function NotFound() {
  return <MessagePage title="There is no such page">The address is wrong, or what it named has gone.</MessagePage>;
}
