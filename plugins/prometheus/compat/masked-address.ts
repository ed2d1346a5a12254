/** The address without its second half, which tells the machine and not the network. */
export function maskedAddress(address: string): string {
  if (address === '') return '';
  if (!address.includes(':')) return address.replace(/\.\d+\.\d+$/, '.xxx.xxx');
  const mapped = /^(.*:)(\d+\.\d+)\.\d+\.\d+$/.exec(address);
  if (mapped !== null) return `${mapped[1]}${mapped[2]}.xxx.xxx`;
  const [head = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  return `${groups.slice(0, 4).join(':')}::xxxx`;
}
