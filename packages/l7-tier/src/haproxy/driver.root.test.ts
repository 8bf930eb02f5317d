/** The driver's promises, kept by the real HAProxy on a machine of its own. */
import { driverContract } from '@tricade/cluster/testing';
import { httpCases, proxyGround, tcpCase } from '../testing/contract-case.ts';
import { haproxyDriver } from './driver.ts';

driverContract(haproxyDriver, [...httpCases('.cfg'), tcpCase('.cfg')], proxyGround);
