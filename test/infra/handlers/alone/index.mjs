export const handler = async () => 'alone';
