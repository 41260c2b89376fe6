import React from 'react';
import ForgeReconciler from '@forge/react';
import { Card } from './card';

ForgeReconciler.render(<Card />);
