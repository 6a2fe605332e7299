import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnFlowLog,
  type GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { grant } from '../constructs/access.ts';

export interface NetworkProps {
  readonly settings: Pick<Settings, 'isDisposable' | 'logDays' | 'biCidrs'>;
  readonly key: IKey;
  /** The ARN of the bucket of which the warehouse reads, and under which folder, with a slash behind it. */
  readonly source: { readonly bucketArn: string; readonly folder: string };
}

export const PORT = 5439;
/** Redshift Serverless asks for three. */
const ZONES = 3;

/**
 * Where the warehouse stands. It reaches S3 and nothing else: no NAT, and no endpoint that bills by the hour. Nobody
 * reaches it but over the Data API, or from the networks that are allowed by name.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly warehouse: SecurityGroup;
  readonly storage: GatewayVpcEndpoint;

  constructor(scope: Construct, id: string, { settings, key, source }: NetworkProps) {
    super(scope, id);
    const isPublic = settings.biCidrs.length > 0;
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.41.0.0/22'),
      // Their names alone: looking them up would need an account.
      availabilityZones: Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      subnetConfiguration: [
        {
          // The same subnets, open or not: opening only adds a gateway and routes.
          name: 'Warehouse',
          cidrMask: 26,
          ...(isPublic
            ? { subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }
            : { subnetType: SubnetType.PRIVATE_ISOLATED }),
        },
      ],
      // It would deploy a function of CDK; nothing is in that group.
      restrictDefaultSecurityGroup: false,
    });
    this.storage = this.vpc.addGatewayEndpoint('Storage', { service: GatewayVpcEndpointAwsService.S3 });
    this.storage.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation'],
        resources: [source.bucketArn, `${source.bucketArn}/${source.folder}*`],
      }),
    );
    this.warehouse = new SecurityGroup(this, 'Warehouse', {
      // CDK's own class lacks an `undefined` that its interface has under exact optional properties.
      vpc: this.vpc as IVpc,
      description: 'The warehouse: in from allowed networks, out to S3',
      allowAllOutbound: false,
    });
    // Only S3 has a route.
    this.warehouse.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'S3');
    for (const cidr of settings.biCidrs) {
      this.warehouse.addIngressRule(Peer.ipv4(cidr), Port.tcp(PORT), 'A network of BI tools');
    }
    this.logFlows(settings, key);
  }

  /** Little flows here, so that all of it is kept: who was let in is worth as much as who was not. */
  private logFlows({ isDisposable, logDays }: NetworkProps['settings'], key: IKey): void {
    const logs = new LogGroup(this, 'Flows', {
      encryptionKey: key,
      retention: logDays,
      removalPolicy: isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'FlowRole', {
      description: 'Logs the flows of the network of the warehouse',
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    grant(role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [logs.logGroupArn],
    });
    const flows = new CfnFlowLog(this, 'FlowLog', {
      resourceId: this.vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: logs.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    flows.node.addDependency(role);
  }
}
