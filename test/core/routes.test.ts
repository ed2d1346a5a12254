import { describe, expect, it } from 'vitest';
import { OwnRoutes, RouteTable } from '../../core/routes.js';

const route = (path: string) => ({ path, auth: 'read' as const, handler: () => new Response(path) });

describe('the routes of plugins', () => {
  it('are found by their exact path until they are taken back', () => {
    const table = new RouteTable();
    const remove = table.add(route('/metrics'));

    expect(table.find('/metrics')?.path).toBe('/metrics');
    expect(table.find('/metrics/')).toBeUndefined();
    remove();
    remove();
    expect(table.all()).toEqual([]);
  });

  it('refuse a path that is taken or is none', () => {
    const table = new RouteTable();
    table.add(route('/metrics'));

    expect(() => table.add(route('/metrics'))).toThrow('Another plugin answers /metrics already.');
    expect(() => table.add(route('metrics'))).toThrow(RangeError);
    expect(() => table.add(route('/'))).toThrow(RangeError);
  });

  it('vanish together when the plugin stops, and no new ones come', () => {
    const table = new RouteTable();
    const own = new OwnRoutes(table);
    own.add(route('/a'));
    table.add(route('/b'));

    own.close();

    expect(table.all().map(({ path }) => path)).toEqual(['/b']);
    expect(() => own.add(route('/c'))).toThrow('has stopped');
  });

  it('take back no route that another has added under the same path since', () => {
    const table = new RouteTable();
    const remove = table.add(route('/a'));
    remove();
    table.add(route('/a'));

    remove();

    expect(table.find('/a')).toBeDefined();
  });
});
