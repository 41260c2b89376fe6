// A card in HubSpot's components. All words come from our server; nothing is told by colour alone.
import React, { type ReactNode } from 'react';
import {
  Alert,
  DescriptionList,
  DescriptionListItem,
  Divider,
  Flex,
  Heading,
  Link,
  List,
  StatusTag,
  Text,
} from '@hubspot/ui-extensions';

type Entry = { title: string; detail: string; url: string };
type Caution = { severity: string; text: string };
type Row = {
  label: string;
  value: string;
  state: string;
  mark: string;
  note: string;
  url: string;
  entries: Entry[];
  rest: string;
};
export type Sheet = {
  title: string;
  matched: boolean;
  name: string;
  url: string;
  about: string;
  candidates: Entry[];
  cautions: Caution[];
  rows: Row[];
  progress: string;
  seen: string;
  again: string;
};

const ALERTS = { high: 'danger', medium: 'warning', trouble: 'warning' } as const;
const TAGS = { failed: 'danger', invalid: 'danger', stale: 'warning', pending: 'info' } as const;

function chosen<T>(among: Record<string, T>, name: string, otherwise: T): T {
  return Object.hasOwn(among, name) ? among[name]! : otherwise;
}

const Named = ({ url, children }: { url: string; children: ReactNode }) =>
  /^https?:\/\//i.test(url) ? (
    <Link href={{ url, external: true }}>{children}</Link>
  ) : (
    <Text>{children}</Text>
  );

const Small = ({ children }: { children: ReactNode }) => <Text variant="microcopy">{children}</Text>;

const Entries = ({ entries }: { entries: Entry[] }) => (
  <List variant="unordered">
    {entries.map((entry, place) => (
      <Flex key={place} direction="column">
        <Named url={entry.url}>{entry.title}</Named>
        {entry.detail && <Small>{entry.detail}</Small>}
      </Flex>
    ))}
  </List>
);

const RowView = ({ row }: { row: Row }) => (
  <Flex direction="column" gap="flush">
    <Named url={row.url}>{row.value}</Named>
    {row.mark && (
      <StatusTag variant={chosen<'danger' | 'warning' | 'info' | 'default'>(TAGS, row.state, 'default')}>
        {row.mark}
      </StatusTag>
    )}
    {row.note && <Small>{row.note}</Small>}
    {row.entries.length > 0 && <Entries entries={row.entries} />}
    {row.rest && <Small>{row.rest}</Small>}
  </Flex>
);

export const SheetView = ({ sheet }: { sheet: Sheet }) => (
  <Flex direction="column" gap="sm">
    <Small>{sheet.title}</Small>
    {sheet.url ? <Named url={sheet.url}>{sheet.name}</Named> : <Heading>{sheet.name}</Heading>}
    {!sheet.matched && <Text>{sheet.about}</Text>}
    {sheet.candidates.length > 0 && <Entries entries={sheet.candidates} />}
    {sheet.cautions.map((caution, place) => (
      <Alert
        key={place}
        title={caution.text}
        variant={chosen<'danger' | 'warning' | 'info'>(ALERTS, caution.severity, 'info')}
      />
    ))}
    {sheet.rows.length > 0 && (
      <DescriptionList direction="row">
        {sheet.rows.map((row) => (
          <DescriptionListItem key={row.label} label={row.label}>
            <RowView row={row} />
          </DescriptionListItem>
        ))}
      </DescriptionList>
    )}
    <Divider />
    <Small>{[sheet.progress, sheet.seen].filter(Boolean).join(' · ')}</Small>
  </Flex>
);
