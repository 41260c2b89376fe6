import React from 'react';
import { hubspot } from '@hubspot/ui-extensions';
import { Context } from './card';

hubspot.extend<'crm.record.sidebar'>(() => <Context />);
