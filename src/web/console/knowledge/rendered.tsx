/** An answer as customers see it. */
import { renderMarkdown } from '../../ui/markdown.ts';

export function Rendered({ source }: { source: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the one way in is the policy that makes this HTML from Markdown
  return <div className="k-preview bubble-md" dangerouslySetInnerHTML={{ __html: renderMarkdown(source) }} />;
}
