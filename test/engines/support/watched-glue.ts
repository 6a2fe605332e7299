import { GetJobRunCommand, type GlueClient } from '@aws-sdk/client-glue';

/** @param onLook is told of each look at a job's run that works, before who looks has the answer */
export function watchedGlue(glue: GlueClient, onLook: (runId: string) => Promise<void>): Pick<GlueClient, 'send'> {
  const look = async (command: GetJobRunCommand) => {
    const answer = await glue.send(command);
    const { JobRun: { Id = '', JobRunState } = {} } = answer;
    if (JobRunState === 'RUNNING') await onLook(Id);
    return answer;
  };
  return {
    send: (command: never) => ((command as object) instanceof GetJobRunCommand ? look(command) : glue.send(command)),
  } as unknown as Pick<GlueClient, 'send'>;
}
