/** The driver's promises, kept by the real nginx on a machine of its own. */
import { driverContract } from '@tricade/cluster/testing';
import { httpCases, proxyGround } from '../testing/contract-case.ts';
import { nginxDriver } from './driver.ts';

driverContract(nginxDriver, httpCases('.conf'), proxyGround);
