// The card: asks our server for the issue on screen, and shows what it says.
import React, { useEffect, useRef, useState } from 'react';
import {
  Inline,
  LoadingButton,
  SectionMessage,
  Spinner,
  Stack,
  Text,
  useProductContext,
} from '@forge/react';
import { events } from '@forge/bridge';
import { ask } from './ask';
import { READS } from './install';
import { readKeys } from './keys';
import { Sheet } from './sheet';
import { words } from './words';

const LATER = 3000; // ms, by when most of what was late has come
const MOST = 3;
const PATIENCE = 8000; // ms, after which Jira is thought not to say where the card stands

const Message = ({ title, text, appearance }) => (
  <SectionMessage title={title} appearance={appearance}>
    <Text>{text}</Text>
  </SectionMessage>
);

export const Card = () => {
  const context = useProductContext();
  const issue = context?.extension?.issue?.key;
  const said = words(context?.locale);
  const [answer, setAnswer] = useState(null);
  const [waiting, setWaiting] = useState(true);
  const [trouble, setTrouble] = useState(''); // the name of what is wrong
  const latest = useRef(0);
  const followed = useRef(0);
  const about = useRef('');

  const load = async (again) => {
    if (!issue) return;
    const mine = ++latest.current;
    setWaiting(true);
    const keys = READS ? await readKeys(issue) : {};
    if (mine !== latest.current) return;
    // What was said of one customer does not stay when the issue says another, or Jira says nothing.
    if (keys === null || about.current !== JSON.stringify(keys)) setAnswer(null);
    about.current = JSON.stringify(keys);
    const { locale, timezone: zone } = context;
    const found = keys && (await ask({ issue: { key: issue }, keys, locale, zone, again }));
    // An answer that another question has overtaken is no answer to what is on screen.
    if (mine !== latest.current) return;
    setWaiting(false);
    setTrouble(found ? '' : keys ? 'unreachable' : 'unread');
    if (found) setAnswer(found);
  };

  // What was changed in Jira may be whose issue it is.
  useEffect(() => {
    if (!issue) {
      const timer = setTimeout(() => {
        setTrouble('unread');
        setWaiting(false);
      }, PATIENCE);
      return () => clearTimeout(timer);
    }
    followed.current = 0;
    setAnswer(null);
    setTrouble('');
    load(false);
    const changed = ({ issueId }) => {
      if (issueId === undefined || String(issueId) === String(context.extension.issue.id)) load(false);
    };
    const subscribed = events.on('JIRA_ISSUE_CHANGED', changed);
    return () => {
      latest.current += 1;
      Promise.resolve(subscribed).then((subscription) => subscription?.unsubscribe());
    };
  }, [issue]);

  // What is still on its way appears by itself; the sources are asked once, and not again for this.
  useEffect(() => {
    const late = trouble || answer?.sheet?.progress;
    if (!late || waiting || followed.current >= MOST) return undefined;
    const timer = setTimeout(() => {
      followed.current += 1;
      load(false);
    }, LATER);
    return () => clearTimeout(timer);
  }, [answer, trouble, waiting]);

  const press = () => {
    followed.current = 0;
    load(true);
  };

  if (answer === null && !trouble) {
    return (
      <Inline space="space.100" alignBlock="center">
        <Spinner size="small" label={said.loading} />
        <Text>{said.loading}</Text>
      </Inline>
    );
  }
  return (
    <Stack space="space.150">
      {trouble && <Message title={said[trouble]} text={said.remedy} appearance="warning" />}
      {answer?.sheet && <Sheet sheet={answer.sheet} />}
      {answer?.notice && <Message {...answer.notice} appearance="information" />}
      <Inline>
        <LoadingButton spacing="compact" isLoading={waiting} onClick={press}>
          {answer?.sheet?.again ?? said.again}
        </LoadingButton>
      </Inline>
    </Stack>
  );
};
