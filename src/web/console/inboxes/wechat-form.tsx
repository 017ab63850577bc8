/** Setting up an Official Account or a Mini Program. */

import { CopyField } from './copy-field.tsx';
import type { InboxFormProps } from './forms.ts';

export function WeChatForm({ inbox }: InboxFormProps) {
  return (
    <section className="panel">
      <CopyField label="URL" value={inbox.webhookUrl ?? ''} />
    </section>
  );
}
