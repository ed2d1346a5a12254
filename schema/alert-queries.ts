import { builder } from './builder.js';
import { AlertRuleRef } from './refs.js';
import { AlertReceiverRef } from './types/alert-receiver.js';
import { SilenceRef } from './types/silence.js';

builder.queryFields((t) => ({
  silences: t.field({
    type: [SilenceRef],
    description: 'Silences that have not ended.',
    complexity: { field: 1, multiplier: 20 },
    resolve: (_root, _args, { monitor, pin }) => {
      const silences = monitor.alerts.silences();
      pin.spend(silences.length);
      return silences;
    },
  }),
  alertRules: t.field({
    type: [AlertRuleRef],
    description: 'The rules in force; empty when the plugin `alerts` is off.',
    complexity: { field: 1, multiplier: 50 },
    resolve: (_root, _args, { monitor, pin }) => {
      const rules = monitor.alerts.rules();
      pin.spend(rules.length);
      return rules;
    },
  }),
  alertReceivers: t.field({
    type: [AlertReceiverRef],
    description: 'Where notifications go; empty when no plugin sends any.',
    complexity: { field: 1, multiplier: 10 },
    resolve: (_root, _args, { monitor, pin }) => {
      const receivers = monitor.alerts.receivers();
      pin.spend(receivers.length);
      return receivers;
    },
  }),
}));
