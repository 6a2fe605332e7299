import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  Instance,
  InstanceClass,
  InstanceSize,
  InstanceType,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  MachineImage,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { grant } from '../constructs/access.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { type Network, PORT } from './network.ts';

export interface TunnelProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly network: Network;
}

/**
 * A machine of the smallest kind through which Systems Manager forwards a port of somebody's laptop to the private
 * warehouse. Nobody can log in to it, and it reaches the warehouse and Systems Manager alone, by two endpoints that bill
 * by the hour: it is there only where it was asked for.
 */
export class Tunnel extends Construct {
  readonly instanceId: string;

  constructor(scope: Construct, id: string, { settings, network }: TunnelProps) {
    super(scope, id);
    const vpc = network.vpc as IVpc;
    const subnets = { subnets: vpc.isolatedSubnets.slice(0, 1) };
    const group = (name: string, description: string) =>
      new SecurityGroup(this, name, { vpc, description, allowAllOutbound: false });
    const machine = group('Machine', 'The tunnel: out to Systems Manager and the warehouse');
    const manager = group('Manager', 'Systems Manager: in from the tunnel');
    machine.addEgressRule(manager, Port.tcp(443), 'Systems Manager');
    manager.addIngressRule(machine, Port.tcp(443), 'The tunnel');
    machine.addEgressRule(network.warehouse, Port.tcp(PORT), 'The warehouse');
    network.warehouse.addIngressRule(machine, Port.tcp(PORT), 'The tunnel');
    for (const service of [InterfaceVpcEndpointAwsService.SSM, InterfaceVpcEndpointAwsService.SSM_MESSAGES]) {
      new InterfaceVpcEndpoint(this, service.shortName, {
        vpc,
        service,
        subnets,
        securityGroups: [manager],
        open: false,
      });
    }
    const role = new Role(this, 'Role', {
      description: 'The tunnel to the warehouse: lets Systems Manager forward ports, and can do nothing else',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    const channels = ['ControlChannel', 'DataChannel'].flatMap((one) => [`Create${one}`, `Open${one}`]);
    grant(role, {
      actions: ['ssm:UpdateInstanceInformation', ...channels.map((action) => `ssmmessages:${action}`)],
      resources: ['*'],
      reason: 'What the agent of Systems Manager asks knows no resources; it asks for its own machine.',
    });
    const instance = new Instance(this, 'Instance', {
      vpc,
      vpcSubnets: subnets,
      securityGroup: machine as ISecurityGroup,
      role,
      instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.NANO),
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
      requireImdsv2: true,
      blockDevices: [{ deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true }) }],
      disableApiTermination: !settings.isDisposable,
    });
    acknowledge(
      instance,
      'AwsSolutions-EC28',
      'It forwards a port now and then: five minutes between figures are enough.',
    );
    this.instanceId = instance.instanceId;
  }
}
