// A card in Jira's components. All words come from our server; nothing is told by colour alone.
import React from 'react';
import { Heading, Inline, Link, List, ListItem, Lozenge, SectionMessage, Stack, Text } from '@forge/react';

const MESSAGES = { high: 'error', medium: 'warning', trouble: 'warning' };
const LOZENGES = { failed: 'removed', invalid: 'removed', stale: 'moved', pending: 'inprogress' };

const chosen = (among, name, otherwise) => (Object.hasOwn(among, name) ? among[name] : otherwise);

const Named = ({ url, children }) => (
  <Text>
    {/^https?:\/\//i.test(url) ? (
      <Link href={url} openNewTab>
        {children}
      </Link>
    ) : (
      children
    )}
  </Text>
);

const Small = ({ children }) => (
  <Text size="small" color="color.text.subtle">
    {children}
  </Text>
);

const Entries = ({ entries }) => (
  <List type="unordered">
    {entries.map((entry, place) => (
      <ListItem key={place}>
        <Named url={entry.url}>{entry.title}</Named>
        {entry.detail && <Small>{entry.detail}</Small>}
      </ListItem>
    ))}
  </List>
);

const Row = ({ row }) => (
  <Stack>
    <Small>{row.label}</Small>
    <Inline space="space.100" rowSpace="space.050" alignBlock="center" shouldWrap>
      <Named url={row.url}>{row.value}</Named>
      {row.mark && (
        <Lozenge appearance={chosen(LOZENGES, row.state, 'default')} maxWidth="100%">
          {row.mark}
        </Lozenge>
      )}
    </Inline>
    {row.note && <Small>{row.note}</Small>}
    {row.entries.length > 0 && <Entries entries={row.entries} />}
    {row.rest && <Small>{row.rest}</Small>}
  </Stack>
);

export const Sheet = ({ sheet }) => (
  <Stack space="space.150">
    <Stack>
      <Small>{sheet.title}</Small>
      {sheet.url ? <Named url={sheet.url}>{sheet.name}</Named> : <Heading size="small">{sheet.name}</Heading>}
      {!sheet.matched && <Text>{sheet.about}</Text>}
    </Stack>
    {sheet.candidates.length > 0 && <Entries entries={sheet.candidates} />}
    {sheet.cautions.map((caution, place) => (
      <SectionMessage key={place} appearance={chosen(MESSAGES, caution.severity, 'information')}>
        <Text>{caution.text}</Text>
      </SectionMessage>
    ))}
    {sheet.rows.map((row) => (
      <Row key={row.field} row={row} />
    ))}
    <Small>{[sheet.progress, sheet.seen].filter(Boolean).join(' · ')}</Small>
  </Stack>
);
