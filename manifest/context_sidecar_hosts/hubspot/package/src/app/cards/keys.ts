// What the record on screen says of its customer. The names are those of the adapter `hubspot`.
import { useAssociations, useCrmProperties } from '@hubspot/ui-extensions/crm';
import { READS } from './install';

// HubSpot's kinds of records, as our server calls them.
export const TYPES: Record<string, string> = {
  '0-1': 'contact',
  '0-2': 'company',
  '0-3': 'deal',
  '0-5': 'ticket',
};

const PERSON = ['email', 'firstname', 'lastname'];
const COMPANY = ['domain', 'name'];
const PRIMARY = [1, 5, 26]; // HubSpot's associations of a contact, deal, ticket with its primary company
const MOST = 100;

type Properties = Record<string, string | null | undefined>;
type Keys = { keys: Record<string, string>; isLoading: boolean };

function known(isLoading: boolean, ...parts: Properties[]): Keys {
  const all = Object.entries(Object.assign({}, ...parts) as Properties);
  const there = all.filter((one): one is [string, string] => Boolean(one[1]));
  return { keys: Object.fromEntries(there), isLoading };
}

const company = (found: Properties) => ({
  company_domain: found.domain,
  company_name: found.name,
});

const person = (found: Properties) => ({
  requester_email: found.email,
  requester_name: [found.firstname, found.lastname].filter(Boolean).join(' '),
});

// Of several companies only the primary one is the record's own; of several people, none is.
function useBelonging(toObjectType: string, properties: string[]) {
  const found = useAssociations({ toObjectType, properties, pageLength: MOST });
  const whole = found.results.length === 1 && !found.pagination.hasNextPage;
  const primary = found.results.filter((one) =>
    one.associationTypes.some(
      ({ category, typeId }) => category === 'HUBSPOT_DEFINED' && PRIMARY.includes(typeId)
    )
  );
  const one = primary.length === 1 ? primary[0] : whole ? found.results[0] : undefined;
  return { one, isLoading: found.isLoading };
}

function useItsCompany() {
  const { one, isLoading } = useBelonging('0-2', COMPANY);
  return known(isLoading, one ? { company_id: String(one.toObjectId), ...company(one.properties) } : {});
}

function useCompany(): Keys {
  const { properties, isLoading } = useCrmProperties(COMPANY);
  return known(isLoading, company(properties));
}

function useContact(): Keys {
  const { properties, isLoading } = useCrmProperties(PERSON);
  const its = useItsCompany();
  return known(isLoading || its.isLoading, person(properties), its.keys);
}

function useDealOrTicket(): Keys {
  const { one, isLoading } = useBelonging('0-1', PERSON);
  const its = useItsCompany();
  return known(isLoading || its.isLoading, one ? person(one.properties) : {}, its.keys);
}

const useNothing = (): Keys => known(false);

const READERS: Record<string, () => Keys> = {
  '0-1': useContact,
  '0-2': useCompany,
  '0-3': useDealOrTicket,
  '0-5': useDealOrTicket,
};

// A card stays beside one kind of record, so it always comes by the same hooks.
export function useKeys(objectTypeId: string): Keys {
  const read = (READS && READERS[objectTypeId]) || useNothing;
  return read();
}
