/** How functions reach the warehouse. */
export interface WarehouseAccess {
  readonly workgroupName: string;
  readonly workgroupArn: string;
  readonly database: string;
  /** Of the namespace: another one has nothing of what was published. */
  readonly namespaceId: string;
  /** With which COPY reads the lake. */
  readonly copyRoleArn: string;
  /** Of who owns its tables, and publishes. */
  readonly ownerSecretArn: string;
}
