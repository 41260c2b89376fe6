// The card: asks our server for the record on screen, and shows what it says.
import React, { useEffect, useRef, useState } from 'react';
import {
  Alert,
  ErrorState,
  Flex,
  LoadingButton,
  LoadingSpinner,
  Text,
  useExtensionContext,
} from '@hubspot/ui-extensions';
import { ask, type Answer } from './ask';
import { TYPES, useKeys } from './keys';
import { SheetView } from './sheet';
import { words } from './words';

const LATER = 3000; // ms, by when most of what was late has come
const MOST = 3;

export const Context = () => {
  const { crm, portal, user } = useExtensionContext<'crm.record.sidebar'>();
  const said = words(user.locale);
  const { keys, isLoading } = useKeys(crm.objectTypeId);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [waiting, setWaiting] = useState(true);
  const [failed, setFailed] = useState(false);
  const latest = useRef(0);
  const followed = useRef(0);

  const load = async (again: boolean) => {
    const mine = ++latest.current;
    setWaiting(true);
    const found = await ask(
      {
        type: TYPES[crm.objectTypeId] ?? '',
        id: String(crm.objectId),
        portal: String(portal.id),
        user: String(user.id),
        locale: user.locale ?? '',
        zone: portal.timezone,
        again: again ? '1' : '',
      },
      keys
    );
    // An answer that another question has overtaken is no answer to what is on screen.
    if (mine !== latest.current) return;
    setWaiting(false);
    setFailed(found === null);
    if (found !== null) setAnswer(found);
  };

  useEffect(() => {
    if (!isLoading) void load(false);
  }, [crm.objectTypeId, crm.objectId, isLoading, JSON.stringify(keys)]);

  // What is still on its way appears by itself; the sources are asked once, and not again for this.
  useEffect(() => {
    const late = answer !== null && 'sheet' in answer && answer.sheet.progress !== '';
    if (!late || waiting || followed.current >= MOST) return undefined;
    const timer = setTimeout(() => {
      followed.current += 1;
      void load(false);
    }, LATER);
    return () => clearTimeout(timer);
  }, [answer, waiting]);

  const press = () => {
    followed.current = 0;
    void load(true);
  };
  const again = (label: string) => (
    <LoadingButton variant="secondary" size="sm" loading={waiting} onClick={press}>
      {label}
    </LoadingButton>
  );

  if (answer === null && failed) {
    return (
      <ErrorState title={said.unreachable}>
        <Text>{said.remedy}</Text>
        {again(said.again)}
      </ErrorState>
    );
  }
  if (answer === null) return <LoadingSpinner label={said.loading} layout="centered" showLabel />;
  return (
    <Flex direction="column" gap="sm">
      {failed && (
        <Alert title={said.unreachable} variant="warning">
          {said.remedy}
        </Alert>
      )}
      {'sheet' in answer ? (
        <SheetView sheet={answer.sheet} />
      ) : (
        <Alert title={answer.notice.title}>{answer.notice.text}</Alert>
      )}
      {again('sheet' in answer ? answer.sheet.again : said.again)}
    </Flex>
  );
};
