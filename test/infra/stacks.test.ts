/** What the stacks are made of. One file for jest, for making them takes longer than all that is asked of them. */

import './stacks/catalog.ts';
import './stacks/deploy-docs.ts';
import './stacks/deploy-page.ts';
import './stacks/handlers.ts';
import './stacks/monitoring.ts';
import './stacks/permissions.ts';
import './stacks/pipeline.ts';
import './stacks/rules.ts';
import './stacks/storage.ts';
import './stacks/warehouse.ts';
