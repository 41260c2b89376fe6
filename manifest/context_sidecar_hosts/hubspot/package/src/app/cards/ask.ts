// Asks our server. HubSpot sends the request on and signs it.
import { hubspot } from '@hubspot/ui-extensions';
import { ADDRESS } from './install';
import type { Sheet } from './sheet';

export type Answer = { sheet: Sheet } | { notice: { title: string; text: string } };

const PATIENCE = 15_000; // ms, the most that HubSpot gives by itself

const isAnswer = (found: unknown): found is Answer =>
  typeof found === 'object' && found !== null && ('sheet' in found || 'notice' in found);

// Null where there is no answer: our server is not there, or does not know HubSpot's signature.
// What the record says of its customer goes into the body: addresses are logged on the way.
export async function ask(
  about: Record<string, string>,
  keys: Record<string, string>
): Promise<Answer | null> {
  // A slash stays one: HubSpot's guide and HubSpot's libraries disagree on how it is signed if not.
  const query = Object.entries(about)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2F', '/')}`)
    .join('&');
  try {
    const response = await hubspot.fetch(`${ADDRESS}?${query}`, {
      method: 'POST',
      timeout: PATIENCE,
      body: keys,
    });
    const found: unknown = response.ok ? await response.json() : null;
    return isAnswer(found) ? found : null;
  } catch {
    return null;
  }
}
