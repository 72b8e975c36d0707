import asyncio


KEPT: "KEPT, KEPT KEPT; KEPT. KEPT! KEPT? KEPT: KEPT - KEPT, KEPT; KEPT" = None


async def follows(node, other, work, loop):
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node.append(asyncio.create_task(work()))
    KEPT.add(asyncio.create_task(work()))
    node.create_task(work())


class Chain:
    def link(self, work):
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first.add(asyncio.create_task(work()))
