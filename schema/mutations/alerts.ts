import type { SilenceMatcher } from '../../core/index.js';
import { builder } from '../builder.js';
import { schemaError } from '../errors.js';
import { shorten } from '../ids.js';
import { LIMITS } from '../limits.js';
import { requireEntity } from '../lookup.js';
import { AlertRef, AlertRuleRef } from '../refs.js';
import { ReceiverTestRef } from '../types/alert-receiver.js';
import { LabelMatcherInput, labelMatchers, SilenceRef } from '../types/silence.js';
import { attempt, checkRange, checkText } from './checks.js';

builder.mutationFields((t) => ({
  acknowledge: t.field({
    type: AlertRef,
    description: 'Says that somebody knows of an alert.',
    args: {
      alertId: t.arg.id({ required: true, description: 'From `Alert.alertId`.' }),
      comment: t.arg.string({ description: `What to tell others, at most ${LIMITS.maxText} characters.` }),
    },
    resolve: (_root, { alertId, comment }, { monitor, actor }) => {
      const alert = monitor.alerts.acknowledge(alertId, actor, checkText('comment', comment));
      if (alert === undefined) {
        throw schemaError('NOT_FOUND', `There is no alert '${shorten(alertId)}': it is over, or never was.`);
      }
      return alert;
    },
  }),
  silence: t.field({
    type: SilenceRef,
    description: 'Silences the alerts that meet every given condition. At least one condition is needed.',
    args: {
      name: t.arg.string({ description: 'Alerts of this name.' }),
      entity: t.arg.id({ description: "Alerts of this entity: id, key or the SFU's own id." }),
      room: t.arg.string({ description: 'Alerts of this room.' }),
      peer: t.arg.string({ description: 'Alerts of this peer.' }),
      labels: t.arg({ type: [LabelMatcherInput], description: 'Alerts whose labels meet all of these; at most 20.' }),
      seconds: t.arg.int({
        required: true,
        description: `For how long, 1 to ${LIMITS.maxSilenceSeconds} s (a week).`,
      }),
      comment: t.arg.string({ description: `Why, at most ${LIMITS.maxText} characters.` }),
    },
    resolve: (_root, { name, entity, room, peer, labels, seconds, comment }, context) => {
      const matchers = labelMatchers(labels);
      const matcher: SilenceMatcher = {
        ...(name != null && { name }),
        ...(entity && { entity: requireEntity(context, entity).key }),
        ...(room != null && { room }),
        ...(peer != null && { peer }),
        ...(matchers.length > 0 && { labels: matchers }),
      };
      if (Object.keys(matcher).length === 0) {
        throw schemaError('BAD_USER_INPUT', 'Give at least one of name, entity, room, peer and labels.');
      }
      checkRange('seconds', seconds, 1, LIMITS.maxSilenceSeconds);
      const why = checkText('comment', comment);
      return attempt(() => context.monitor.alerts.silence(matcher, seconds, context.actor, why));
    },
  }),
  expireSilence: t.field({
    type: SilenceRef,
    description: 'Ends a silence now. What it covered is told again.',
    args: { silenceId: t.arg.id({ required: true, description: 'From `Silence.silenceId`.' }) },
    resolve: (_root, { silenceId }, { monitor }) => {
      const silence = monitor.alerts.expireSilence(silenceId);
      if (silence === undefined) {
        throw schemaError('NOT_FOUND', `There is no silence '${shorten(silenceId)}': it has ended, or never was.`);
      }
      return silence;
    },
  }),
  testReceiver: t.field({
    type: ReceiverTestRef,
    description: 'Sends a notification that says it is a test, and tells what the receiver answered.',
    complexity: 100,
    args: { name: t.arg.string({ required: true, description: 'From `AlertReceiver.name`.' }) },
    resolve: async (_root, { name }, { monitor }) => {
      const test = await monitor.alerts.testReceiver(name);
      if (test !== undefined) return test;
      const names = monitor.alerts.receivers().map((receiver) => receiver.name);
      const known = names.length === 0 ? 'There are none' : `There are: ${names.join(', ')}`;
      throw schemaError('NOT_FOUND', `There is no receiver '${shorten(name)}'. ${known}.`);
    },
  }),
  replaceAlertRules: t.field({
    type: [AlertRuleRef],
    description:
      'Replaces all rules that are not defaults, until the next start. What fires goes on where its rule stays the same. ' +
      'When something is wrong with them, all of it is told and nothing changes.',
    complexity: { field: 100, multiplier: 50 },
    args: {
      rules: t.arg({
        type: ['JSON'],
        required: true,
        description: 'Rules as in option `rules` of the plugin `alerts`: name, scope, when, for, severity and so on.',
      }),
    },
    resolve: (_root, { rules }, { monitor, pin }) => {
      const replaced = attempt(() => monitor.alerts.replaceRules(rules));
      pin.spend(replaced.length);
      return replaced;
    },
  }),
}));
