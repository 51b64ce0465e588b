import { join } from 'node:path'
import { test } from 'uvu'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { silent } from '../../util/logger.ts'
import { tempDir } from '../support/temp.ts'
import { storeContract } from './contract.ts'

const dir = tempDir('embedded')
let opened = 0
storeContract('embedded', () => openEmbeddedStore({ path: join(dir, String(opened++)), logger: silent }), 100)

test.run()
