/** How the contract of `shop`, with its one table `purchases`, begins; what is asked of the table follows. */
export const SHOP = `apiVersion: v3.1.0
kind: DataContract
id: shop
name: shop
version: 1.0.0
status: active
description: {purpose: Things sold.}
schema:
  - name: purchases`;
