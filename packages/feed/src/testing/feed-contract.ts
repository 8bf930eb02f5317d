import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { StoreUnderTest } from './bench.ts';
import { Bench } from './bench.ts';
import { leadingContract } from './leading.ts';
import { readingContract } from './reading.ts';
import { storingContract } from './storing.ts';
import { tellingContract } from './telling.ts';

/** The promises of the port, once: every store must keep them. Registers its tests; `makeStore` is called once. */
export function feedContract(makeStore: () => Promise<StoreUnderTest>): void {
  describe('the feed', () => {
    let store: StoreUnderTest | undefined;
    let bench: Bench | undefined;
    const under = (): StoreUnderTest => {
      if (store === undefined) throw new Error('no store yet');
      return store;
    };
    const clients = (): Bench => {
      bench ??= new Bench(under());
      return bench;
    };
    beforeAll(async () => {
      store = await makeStore();
    });
    afterEach(async () => {
      await bench?.close();
      await store?.flush();
    });
    afterAll(() => store?.close());
    readingContract(under, clients);
    storingContract(under, clients);
    leadingContract(under, clients);
    tellingContract(under, clients);
  });
}
