export { maintenance } from './maintenance.ts'
export { maintenanceTaints, startOf } from './window.ts'
