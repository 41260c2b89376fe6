// What the issue on screen says of its customer, as far as the person who looks may read it.
import { requestJira } from '@forge/bridge';

const ORGANIZATIONS = 'com.atlassian.servicedesk:sd-customer-organizations';

// Of several organizations none is the customer.
const only = (list) => (Array.isArray(list) && list.length === 1 ? list[0] : undefined);

function known({ fields, schema }) {
  const name = Object.keys(schema).find((one) => schema[one].custom === ORGANIZATIONS);
  const [person, organization] = [fields.reporter, only(fields[name])];
  const all = {
    requester_email: person?.emailAddress,
    requester_name: person?.displayName,
    organization_id: organization?.id,
    organization_name: organization?.name,
  };
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, value]) => value)
      .map(([key, value]) => [key, String(value)])
  );
}

// Null where Jira does not say: that is not the same as an issue that has no customer.
export async function readKeys(issue) {
  try {
    const address = `/rest/api/3/issue/${encodeURIComponent(issue)}`;
    const response = await requestJira(`${address}?fields=*navigable&expand=schema`);
    return response.ok ? known(await response.json()) : null;
  } catch {
    return null;
  }
}
