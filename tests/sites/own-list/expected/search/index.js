chancerySearch.deliver("index","dd32a6a527",{"firsts":[""]});
